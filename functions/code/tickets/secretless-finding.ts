// A secret's value never leaves The One Code, also not when it slipped into a title.
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import type { Finding } from './finding.ts'

/** Texts that a person or a scanner wrote. */
const freeTexts = ['title', 'description', 'filePath', 'subject', 'packageName', 'advisoryId'] as const

/** The finding with its free texts and the name of its repository freed of secrets. Ids, types and links stay as they are. */
export const withoutSecrets = async <Kind extends Finding>(finding: Kind): Promise<Kind> => {
  const given: Readonly<Partial<Record<(typeof freeTexts)[number], string | undefined>>> = finding
  const [texts, remediation, name] = await Promise.all([
    Promise.all(
      freeTexts.map(async (field) => {
        const text = given[field]
        return text === undefined ? {} : { [field]: await redactSecrets(text) }
      }),
    ),
    Promise.all(finding.remediation.map(redactSecrets)),
    redactSecrets(finding.repository.name),
  ])
  return Object.assign({}, finding, ...texts, { remediation, repository: { ...finding.repository, name } }) as Kind
}
