// Regulations by their key words. For when no model can be asked: it says "possibly" and never more.
import type * as z from 'zod'
import type { RegulatoryClassification, RegulatoryInput, regulations } from './contract.ts'

type Rule = {
  readonly regulation: (typeof regulations)[number]
  readonly dataKind: string
  readonly words: RegExp
}

const rules: readonly Rule[] = [
  {
    regulation: 'gdpr',
    dataKind: 'personal data',
    words:
      /(?<![A-Za-z0-9])(?:e-?mails?(?:[ _-]?address(?:es)?)?|dates?[ _-]?of[ _-]?birth|birth[ _-]?dates?|first[ _-]?names?|last[ _-]?names?|phone[ _-]?numbers?|postal[ _-]?codes?|personal data)(?![A-Za-z0-9])/i,
  },
  {
    regulation: 'hipaa',
    dataKind: 'health data',
    words:
      /(?<![A-Za-z0-9])(?:patients?|diagnos[ei]s|medical[ _-]?records?|prescriptions?|icd-?10|hl7|fhir)(?![A-Za-z0-9])/i,
  },
  {
    regulation: 'pci-dss',
    dataKind: 'card data',
    words:
      /(?<![A-Za-z0-9])(?:(?:credit|debit|payment)[ _-]?cards?|card[ _-]?(?:numbers?|data|details|payments?|holders?)|cvv2?|cvc|primary[ _-]?account[ _-]?numbers?|pan[ _-]tokens?)(?![A-Za-z0-9])/i,
  },
  {
    regulation: 'sox',
    dataKind: 'financial reporting',
    words:
      /(?<![A-Za-z0-9])(?:general[ _-]?ledgers?|journal[ _-]?entr(?:y|ies)|revenue[ _-]?recognition|financial[ _-]?statements?)(?![A-Za-z0-9])/i,
  },
  {
    regulation: 'glba',
    dataKind: 'consumer finance',
    words:
      /(?<![A-Za-z0-9])(?:loan[ _-]?applications?|credit[ _-]?scores?|account[ _-]?balances?|routing[ _-]?numbers?)(?![A-Za-z0-9])/i,
  },
  {
    regulation: 'ferpa',
    dataKind: 'education records',
    words:
      /(?<![A-Za-z0-9])(?:student[ _-]?ids?|transcripts?[ _-]?of[ _-]?grades|enrol+ment[ _-]?records?|grade[ _-]?books?)(?![A-Za-z0-9])/i,
  },
]
const evidenceMax = 20

export const fallback = ({ sources }: z.output<typeof RegulatoryInput>): z.input<typeof RegulatoryClassification> => {
  const found = rules.flatMap(({ regulation, dataKind, words }) => {
    const evidence = sources.filter(({ text }) => words.test(text)).map(({ id }) => id)
    return evidence.length > 0 ? [{ regulation, dataKind, evidence: evidence.slice(0, evidenceMax) }] : []
  })
  return {
    classes: found.map(({ regulation, dataKind, evidence }) => ({
      regulation,
      applies: 'possibly',
      reason: `Words of ${dataKind} stand in the sources. Found by rule.`,
      evidence,
    })),
    dataKinds: found.map(({ dataKind }) => dataKind),
  }
}
