// The projects of the PSA contract as the stand-in answers it, and what the control API does with them.
import { z } from 'zod'
import { PsaExternalReference } from '../ticket-contract.ts'
import { PsaProject, PsaProjectStatus } from '../project-contract.ts'
import type { psaContract } from '../operations.ts'
import { type Answer, type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { allOf } from '../../../../local/stand-ins/paging.ts'
import type { PsaProjects } from './projects.ts'
import type { StoredProject } from './state.ts'
import type { PsaTickets } from './tickets.ts'
import { type Control, controlRoute } from '../../../../local/stand-ins/stand-in-control.ts'

type Parts = { readonly projects: PsaProjects; readonly tickets: PsaTickets; readonly baseUrl: () => string }

export const psaProjectAnswers = (parts: Parts): ProjectAnswers => {
  const { projects, tickets, baseUrl } = parts
  const show = (project: StoredProject): PsaProject => PsaProject.parse(withUrl(project, baseUrl()))
  return {
    createProject: ({ tenantId, body: draft }) => {
      const existing = projects.findByReference(tenantId, draft.externalReference)
      if (existing) return problem(409, 'A project has this external reference', { project: show(existing) })
      if (draft.companyId !== null && !tickets.companies(tenantId).has(draft.companyId))
        return problem(422, 'There is no such company', { detail: 'Correct companyId, or leave it null.' })
      return { status: 201, body: show(projects.create(tenantId, draft)) }
    },
    listProjects: ({ tenantId, query }) =>
      validated(ProjectQuery, Object.fromEntries(query), ({ externalReference }) => {
        const found = allOf([externalReference], (reference) => projects.findByReference(tenantId, reference))
        return { status: 200, body: { projects: found.map(show) } }
      }),
    getProject: ({ tenantId, params }) =>
      withProject(parts, params.id, tenantId, (project) => ({ status: 200, body: show(project) })),
  }
}

type ProjectAnswers = Pick<Answers<typeof psaContract>, 'createProject' | 'listProjects' | 'getProject'>

const ProjectQuery = z.strictObject({ externalReference: PsaExternalReference })

/** What people do to projects in PSA, and what it has. */
export const projectControlRoutes = (parts: Parts): readonly Route<Control>[] => {
  const { projects, baseUrl } = parts
  return [
    controlRoute('GET', '/_control/projects', ({ tenantId }) => ({
      status: 200,
      body: { projects: projects.list(tenantId).map((project) => withUrl(project, baseUrl())) },
    })),
    controlRoute('PATCH', '/_control/projects/:id', ({ tenantId, params, body }) =>
      validated(ProjectChange, body, (change) =>
        withProject(parts, params['id'], tenantId, (project) => ({
          status: 200,
          body: withUrl(projects.change(project, change), baseUrl()),
        })),
      ),
    ),
    controlRoute('DELETE', '/_control/projects/:id', ({ tenantId, params }) =>
      withProject(parts, params['id'], tenantId, (project) => {
        projects.delete(project)
        return done
      }),
    ),
  ]
}

const ProjectChange = z.strictObject({
  status: PsaProjectStatus.optional(),
  estimateHours: PsaProject.shape.estimateHours.optional(),
})

const withProject = (
  { projects }: Parts,
  id: string | undefined,
  tenantId: string | undefined,
  use: (project: StoredProject) => Answer,
): Answer => {
  const project = projects.get(id ?? '', tenantId)
  return project ? use(project) : problem(404, 'There is no such project')
}

const withUrl = (project: StoredProject, baseUrl: string): StoredProject & Pick<PsaProject, 'url'> => ({
  ...project,
  url: `${baseUrl}/projects/${project.id}`,
})
