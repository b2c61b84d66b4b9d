// Companies and contacts as a user sees them in the CRM stand-in: those that the control API has put.
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { crmContract } from '../operations.ts'
import { CrmCompanyView, CrmContactView } from '../view-contract.ts'

export const crmKinds = {
  company: { schema: CrmCompanyView, path: 'companies', atLeast: 'viewer' },
  contact: { schema: CrmContactView, path: 'contacts', atLeast: 'viewer' },
} as const

type ViewAnswers = Pick<Answers<typeof crmContract>, 'viewCompany' | 'viewContact'>

export const crmViewAnswers = (views: Views): ViewAnswers => ({
  viewCompany: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'company', id),
  viewContact: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'contact', id),
})
