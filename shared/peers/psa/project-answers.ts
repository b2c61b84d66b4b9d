// What this suite reads of PSA's answers about projects.
import * as z from 'zod'
import { needing, reading, unknownValue } from '../../schema/reading.ts'
import { PsaProject, PsaProjectExists, PsaProjectList, PsaProjectStatus } from './project-contract.ts'

export const ReadPsaProjectStatus = z.enum([...PsaProjectStatus.options, unknownValue])

const needed = ['id', 'status', 'estimateHours', 'url'] as const

const ReadPsaProject = reading(needing(PsaProject, needed))
export type ReadPsaProject = z.output<typeof ReadPsaProject>

const ReferredProject = reading(needing(PsaProject, [...needed, 'externalReference']))

/** Another project than the one that is meant is no answer: a recommendation would be billed as another one's work. */
const isOther = 'This is another project than the one that is meant'

export const readPsaProjectWithId = (id: string) =>
  ReadPsaProject.refine((project) => project.id === id, { error: isOther, path: ['id'] })

export const readPsaProjectOf = (externalReference: string) =>
  ReferredProject.refine((project) => project.externalReference === externalReference, {
    error: isOther,
    path: ['externalReference'],
  })

export const readPsaProjectExists = (externalReference: string) =>
  reading(needing(PsaProjectExists.extend({ project: readPsaProjectOf(externalReference) }), ['project']))

/** None or one; whoever asks compares the reference. */
export const ReadPsaProjectList = reading(PsaProjectList.extend({ projects: z.array(ReferredProject) }))
