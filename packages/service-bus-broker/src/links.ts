// Which link goes where: by its address, each becomes one of the four kinds, or is refused.
import type { EventContext, Receiver, Sender } from 'rhea'
import { conditions } from './amqp.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { FateLog } from './fate-log.ts'
import { openIncomingLink } from './incoming-link.ts'
import { manage } from './management.ts'
import type { Namespace } from './namespace.ts'
import { openOutgoingLink } from './outgoing-link.ts'
import { type Handler, openReplyLink, openRequestLink } from './request-link.ts'
import { receiveBytes } from './rhea-internals.ts'
import type { Turn } from './turn.ts'

type Parts = {
  readonly namespace: Namespace
  readonly dispatcher: Dispatcher
  readonly turn: Turn
  readonly log: FateLog
}

/** The container of rhea, as far as it is used here. */
type Events = { readonly on: (event: string, listener: (context: EventContext) => void) => unknown }

const managementSuffix = /\/\$management$/i

/** Local clients need no rights: every token is good. */
const putToken: Handler = () => ({ status: 202, description: 'Accepted' })

export const serveLinks = (container: Events, { namespace, dispatcher, turn, log }: Parts): void => {
  const closers = new Map<Sender, () => void>()
  const closeWhere = (matches: (sender: Sender) => boolean): void => {
    for (const [sender, close] of closers)
      if (matches(sender)) {
        closers.delete(sender)
        close()
      }
  }

  container.on('session_open', ({ session }) => session && receiveBytes(session))
  container.on('receiver_open', ({ receiver }) => {
    if (receiver === undefined) return
    const address = addressOf(receiver.target)
    const entity = namespace.find(address.replace(managementSuffix, ''))
    if (address === '$cbs') openRequestLink(receiver, putToken, turn)
    else if (entity === undefined) refuseUnknown(receiver, address)
    else if (managementSuffix.test(address)) openRequestLink(receiver, manage(entity), turn)
    else if (entity.inlet === undefined) refuse(receiver, `Messages cannot be sent to "${address}".`)
    else openIncomingLink(receiver, { name: entity.name, inlet: entity.inlet }, turn, log)
  })
  container.on('sender_open', ({ sender }) => {
    if (sender === undefined) return
    const address = addressOf(sender.source)
    const entity = namespace.find(address.replace(managementSuffix, ''))
    if (address === '$cbs') openReplyLink(sender)
    else if (entity === undefined) refuseUnknown(sender, address)
    else if (managementSuffix.test(address)) openReplyLink(sender)
    else if (entity.queue === undefined) refuse(sender, `"${address}" is a topic: receive from a subscription of it.`)
    else if (entity.forwardTo !== undefined)
      refuse(sender, `"${address}" forwards to "${entity.forwardTo}": receive from there.`)
    else closers.set(sender, openOutgoingLink(sender, entity.queue, dispatcher, turn))
  })

  container.on('sender_close', ({ sender }) => closeWhere((each) => each === sender))
  container.on('session_close', ({ session }) => closeWhere((each) => each.session === session))
  for (const event of ['connection_close', 'disconnected'])
    container.on(event, ({ connection }) => closeWhere((each) => each.connection === connection))
  // Listened to, since rhea throws the errors of peers where nobody does; what follows them is handled above.
  for (const event of ['receiver_close', 'receiver_error', 'sender_error', 'session_error', 'connection_error'])
    container.on(event, () => {})
}

const addressOf = (terminus: { readonly address?: unknown } | null | undefined): string =>
  typeof terminus?.address === 'string' ? terminus.address : ''

const refuse = (link: Sender | Receiver, description: string): void =>
  link.close({ condition: conditions.notAllowed, description })

const refuseUnknown = (link: Sender | Receiver, address: string): void =>
  link.close({
    condition: conditions.notFound,
    description: `The messaging entity "${address}" could not be found: the entities file does not define it.`,
  })
