package identity_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

func check(password string) []string {
	return broken(identity.CheckPassword("new_password", secret.New(password), "anabodenheimer", "ana@acme.example"))
}

func TestCheckPassword_AnyScriptAndNoComposition(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"correct horse battery staple", "zzxxccvv", "пароль-длинный", "正確的馬電池訂書釘", "🦉🦉🦉🦉🦉🦉🦉🦊", "        x", "ñandúñandú",
		strings.Repeat("é", 128), "a\tb\nc\rdefg", "كلمة المرور طويلة",
	} {
		require.Empty(t, check(password), "%q", password)
	}
}

func TestCheckPassword_LengthIsCountedInCharacters(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"new_password required"}, check(""))
	require.Equal(t, []string{"new_password too_short"}, check("é"))
	require.Equal(t, []string{"new_password too_short"}, check("éééééé7"))
	require.Empty(t, check("ééééééé8"))
	require.Equal(t, []string{"new_password too_long"}, check(strings.Repeat("é", 129)))
}

func TestCheckPassword_WhatCannotBeStoredOrTyped(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"new_password invalid"}, check("abcdefgh\x00"))
	require.Equal(t, []string{"new_password invalid"}, check("abcdefgh\xff"))
	require.Equal(t, []string{"new_password too_short", "new_password invalid"}, check("a\x00"))
}

func TestCheckPassword_IsNotTheNameOrTheAddressInAnyCase(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"anabodenheimer", "AnaBodenheimer", "ana@acme.example", "ANA@ACME.EXAMPLE"} {
		require.Equal(t, []string{"new_password too_similar"}, check(password), password)
	}
	require.Empty(t, check("anabodenheimer1"), "length and rarity are what helps")
	require.NoError(t, identity.CheckPassword("p", secret.New("something else"), "", ""))
}

func TestCheckPassword_CommonOnesAreRefusedInAnyCase(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("common_passwords.txt")
	require.NoError(t, err)
	list := strings.Fields(string(text))
	require.Greater(t, len(list), 300)
	require.True(t, slices.IsSorted(list))
	require.Len(t, slices.Compact(slices.Clone(list)), len(list))
	for _, password := range list {
		require.GreaterOrEqual(t, utf8.RuneCountInString(password), 8, "a shorter one never gets as far as the list")
		require.Equal(t, []string{"new_password too_common"}, check(password), password)
		require.Equal(t, []string{"new_password too_common"}, check(strings.ToUpper(password)), password)
	}
}

func TestCheckPassword_NoMessageRepeatsIt(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"short", "password1", "anabodenheimer", strings.Repeat("planted", 30)} {
		err := identity.CheckPassword("p", secret.New(password), "anabodenheimer", "")
		require.Error(t, err)
		require.NotContains(t, err.Error(), password)
	}
}
