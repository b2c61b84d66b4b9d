// Names that look like hosts and are none: platforms, and files that are called the same everywhere.

const platforms = ['asp.net', 'ado.net', 'vb.net', 'ml.net', 'socket.io']

/** Only with endings that domains have as well; by convention of a language or a program. */
const files = [
  ...['changelog', 'contributing', 'install', 'license', 'readme', 'security'].map((name) => `${name}.md`),
  ...['build', 'lib', 'main', 'mod'].map((name) => `${name}.rs`),
  ...['manage', 'setup'].map((name) => `${name}.py`),
  ...['build', 'deploy', 'entrypoint', 'install', 'setup'].map((name) => `${name}.sh`),
  ...['main', 'outputs', 'providers', 'variables', 'versions'].map((name) => `${name}.tf`),
  ...['main', 'master'].map((name) => `${name}.cf`),
]

/**
 * Whether everybody knows it for something else than a host. No more than a list: whoever could choose a name could buy the domain of it.
 * @param name in lower case
 */
export const isUsualName = (name: string): boolean => usualNames.has(name)

const usualNames = new Set([...platforms, ...files])

/** The endings of files that no domain has. */
export const fileName =
  /[\p{L}\p{N}_-]+\.(?:bat|bak|cmd|conf|config|csv|dll|docx?|exe|html?|ini|js|json|log|msi|pdf|ps1|reg|sql|txt|xlsx?|xml|ya?ml)(?![\p{L}\p{N}._-])/giu
