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
      /\b(?:e-?mail(?:_?address)?|date_?of_?birth|first_?name|last_?name|phone_?number|postal_?code|personal data)\b/i,
  },
  {
    regulation: 'hipaa',
    dataKind: 'health data',
    words: /\b(?:patient|diagnos[ei]s|medical_?record|prescription|icd-?10|hl7|fhir)\b/i,
  },
  {
    regulation: 'pci-dss',
    dataKind: 'card data',
    words: /\b(?:card_?number|cvv2?|cvc|card_?holder|primary_?account_?number|pan_token)\b/i,
  },
  {
    regulation: 'sox',
    dataKind: 'financial reporting',
    words: /\b(?:general_?ledger|journal_?entr(?:y|ies)|revenue_?recognition|financial_?statement)\b/i,
  },
  {
    regulation: 'glba',
    dataKind: 'consumer finance',
    words: /\b(?:loan_?application|credit_?score|account_?balance|routing_?number)\b/i,
  },
  {
    regulation: 'ferpa',
    dataKind: 'education records',
    words: /\b(?:student_?id|transcript_?of_?grades|enrol+ment_?record|grade_?book)\b/i,
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
      reason: `Words of ${dataKind} stand in the sources. No model has read them.`,
      evidence,
    })),
    dataKinds: found.map(({ dataKind }) => dataKind),
  }
}
