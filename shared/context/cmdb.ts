// Assets of CMDB as context.
import { fact, joined, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const cmdbKinds = {
  asset: recordKind({
    name: 'CMDB asset',
    read: async (products, { tenantId, userId }, id) => (await products.cmdb()).viewAsset(tenantId, userId, id),
    tell: (asset) => ({
      title: asset.name,
      url: asset.url,
      facts: [
        ...fact('name', 'Asset', asset.name),
        ...fact('type', 'Type', asset.type),
        ...fact('state', 'State', asset.state),
        ...fact('client', 'Client', asset.clientName),
        ...fact('updated', 'Last changed', asset.updatedAt),
        ...numbered('relation', asset.relations, (relation) => ({ label: 'Relation', parts: [relation] })),
        ...(asset.attributes ?? []).flatMap(({ name, value }, index) =>
          joined(`attribute-${index + 1}`, 'Attribute', [name, value], ': '),
        ),
      ],
    }),
  }),
}
