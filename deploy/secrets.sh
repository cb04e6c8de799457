#!/bin/sh
# Makes .env with passwords and keys for docker-compose.yml, readable by its
# owner alone. What is there already is kept: these keys cannot be replaced by
# making others.
set -eu
umask 077
file=${1:-.env}
if [ -e "$file" ]; then
	echo "$file is there already and is left as it is" >&2
	exit 1
fi
secret() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
{
	for name in POSTGRES_PASSWORD OWNER_PASSWORD SERVICE_PASSWORD RABBITMQ_PASSWORD JWT_SECRET_KEY ENCRYPTION_KEY ADMIN_PASSWORD; do
		echo "$name=$(secret)"
	done
} >"$file.new"
mv "$file.new" "$file"
echo "$file is written. Keep a copy where backups of the database are not." >&2
echo "The first login: adminsentinel, with the ADMIN_PASSWORD in it." >&2
