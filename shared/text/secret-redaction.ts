// Takes secrets out of text from outside.
import { redactText, redactedMark } from '../telemetry/redaction.ts'

/** What the rules of secretlint leave alone because a linter must not cry wolf; here a false alarm costs one word of a ticket. */
const looseShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  // AWS access key ids, and what is 40 characters long beside the words for a secret key
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(?<=\b(?:secret|aws)\w{0,40}["']?\s{0,5}[:=]?\s{0,5}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk-|sk_live_|rk_live_|whsec_|SG\.)[A-Za-z0-9._-]{16,}/g,
  // password = "...", DB_PASSWORD=..., api_key: ...: the value goes, the name stays
  /(?<=(?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|client[-_]?secret)["']?\s{0,5}[:=]\s{0,5})(?:"[^"\n]{1,500}"|'[^'\n]{1,500}'|[^\s"',;)]{4,500})/gi,
  // user:password@host in a URL
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{1,200}:)[^\s/@]{1,200}(?=@)/gi,
]

export type RedactSecrets = (text: string) => Promise<string>

/** Loads the rules of secretlint when the first text comes. Every text keeps its words and loses its secrets. */
export const redactSecrets: RedactSecrets = async (text) => {
  const loose = looseShapes.reduce((rest, shape) => rest.replace(shape, redactedMark), redactText(text))
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ])
  const { messages } = await lintSource({
    source: { filePath: 'finding.txt', content: loose, contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
      noPhysicFilePath: true,
    },
  })
  const ranges = messages.map(({ range }) => range).sort(([a], [b]) => b - a)
  return ranges.reduce((rest, [start, end]) => rest.slice(0, start) + redactedMark + rest.slice(end), loose)
}

/** Whether an id that should be The One Code's own is a secret itself. */
export const looksLikeSecret = async (text: string): Promise<boolean> => (await redactSecrets(text)) !== text
