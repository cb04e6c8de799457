// The site shows the pages of the folder above; _sidebar.md lists them.
window.$docsify = {
  name: 'SentinelIQ',
  nameLink: '#/',
  basePath: '../',
  loadSidebar: 'site/_sidebar.md',
  alias: { '/.*/site/_sidebar.md': '/site/_sidebar.md' },
  relativePath: true,
  subMaxLevel: 2,
  auto2top: true,
};
