// Shows the assets of the CMDB stand-in to the person at the laptop.
import type { StoredAsset } from './state.ts'
import { escapeHtml, htmlTable } from '../../../../local/stand-ins/html.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { recordTable } from '../../../../local/stand-ins/record-page.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'

/** Most rows of each table. */
const rowsMax = 500

/** @param assets in the order of their creation */
export const cmdbPage = (assets: readonly StoredAsset[], views: Views): Answer => {
  const latestFirst = assets.toReversed()
  return plainPage(
    'The One CMDB',
    'Software applications',
    `<h2>Active</h2>
${activeTable(latestFirst.filter(({ state }) => state === 'active'))}
<h2>Retired</h2>
${retiredTable(latestFirst.filter(({ state }) => state === 'retired'))}
<h2>Others</h2>
${recordTable(views)}`,
  )
}

const activeTable = (assets: readonly StoredAsset[]): string => {
  const rows = assets.map((asset) => {
    const { appType, techStack, healthScore, debtScore, lastCommitAt, commitFrequency } = asset.attributes
    return [
      { html: nameCell(asset) },
      asset.clientId ?? 'none',
      appType,
      techStack.join(', '),
      textOf(healthScore),
      textOf(debtScore),
      textOf(lastCommitAt),
      textOf(commitFrequency),
      textOf(asset.attributes.hostingPlatform),
      textOf(asset.attributes.dataClassification),
      asset.tenantId,
      String(asset.sourceVersion),
      asset.updatedAt,
    ]
  })
  const heads = ['Name', 'Client', 'Type', 'Technologies', 'Health', 'Debt', 'Last commit', 'Commits a week']
  const more = ['Hosting', 'Data', 'Tenant', 'Version', 'Updated']
  return htmlTable({ heads: [...heads, ...more], rows, none: 'No active assets.', rowsMax })
}

const retiredTable = (assets: readonly StoredAsset[]): string => {
  const rows = assets.map((asset) => [
    { html: nameCell(asset) },
    asset.clientId ?? 'none',
    asset.tenantId,
    textOf(asset.retiredAt),
    textOf(asset.retirementReason),
  ])
  const heads = ['Name', 'Client', 'Tenant', 'Retired', 'Reason']
  return htmlTable({ heads, rows, none: 'No retired assets.', rowsMax })
}

const textOf = (value: string | number | null | undefined): string => String(value ?? 'unknown')

const nameCell = ({ name, attributes: { repositoryUrl } }: StoredAsset): string =>
  repositoryUrl === undefined ? escapeHtml(name) : `<a href="${escapeHtml(repositoryUrl)}">${escapeHtml(name)}</a>`
