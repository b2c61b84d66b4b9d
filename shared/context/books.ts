// Invoices of Books as context.
import { moneyText } from '../text/money-text.ts'
import { fact, numbered } from './facts.ts'
import { recordKind } from './kind.ts'

export const booksKinds = {
  invoice: recordKind({
    name: 'Books invoice',
    read: async (products, { tenantId, userId }, id) => (await products.books()).readInvoice(tenantId, userId, id),
    tell: (invoice) => {
      const money = (amountMinor: number | undefined): string | undefined =>
        amountMinor === undefined ? undefined : moneyText({ amountMinor, currency: invoice.currency })
      return {
        title: `Invoice ${invoice.number}`,
        url: invoice.url,
        facts: [
          ...fact('number', 'Number', invoice.number),
          ...fact('status', 'Status', invoice.status),
          ...fact('client', 'Client', invoice.clientName),
          ...fact('amount', 'Amount', money(invoice.total)),
          ...fact('paid', 'Paid so far', money(invoice.paid)),
          ...fact('issued', 'Issued on', invoice.issuedOn),
          ...fact('due', 'Due on', invoice.dueOn),
          ...numbered('line', invoice.lineItems, ({ description, quantity, amount }) => ({
            label: 'Line item',
            parts: [description, quantity === undefined ? undefined : `quantity ${quantity}`, money(amount)],
          })),
        ],
      }
    },
  }),
}
