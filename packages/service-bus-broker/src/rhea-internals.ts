// All that the broker does with parts of rhea 3.0.5 that it does not declare. Look here first when rhea is updated.
import type { Socket } from 'node:net'
import type { Connection, Delivery, Sender, Session } from 'rhea'
import { type AmqpError, accepted, rejected } from './amqp.ts'

type TransferFrame = { readonly performative: { message_format: number | null | undefined; settled?: boolean } }

type SessionInside = {
  on_transfer: (frame: TransferFrame) => void
  readonly outgoing: { readonly next_pending_delivery: number; readonly available: () => number }
}

type SenderInside = {
  readonly credit: number
  delivery_count: number
  _draining: boolean
  _drained: boolean
  _get_drain: () => boolean
}

/** Any format but 0 makes rhea hand out the bytes of a message instead of what it has decoded. */
const undecoded = 1

/** Format of a transfer that carries several messages (Service Bus). */
export const batchFormat = 0x80_01_37_00

/**
 * Makes the messages of a session arrive as the bytes that were sent, since decoding and encoding again would lose AMQP types.
 * Their `format` is then 1 for a single message.
 */
export const receiveBytes = (session: Session): void => {
  const inside = session as unknown as SessionInside
  const onTransfer = inside.on_transfer.bind(session)
  inside.on_transfer = (frame) => {
    frame.performative.message_format ||= undecoded
    onTransfer(frame)
  }
}

export type SendWindow = {
  /** How many deliveries the receiver still takes, those not counted that are on their way to it. */
  readonly capacity: () => number
  readonly sent: (delivery: Delivery) => void
}

/** rhea takes credit off when a transfer is written, not when it is sent: this counts what lies between. */
export const createSendWindow = (sender: Sender): SendWindow => {
  const { outgoing } = sender.session as unknown as SessionInside
  let unwritten: number[] = []
  const capacity = (): number => {
    unwritten = unwritten.filter((id) => id >= outgoing.next_pending_delivery)
    return Math.min(creditOf(sender) - unwritten.length, outgoing.available())
  }
  return { capacity, sent: ({ id }) => unwritten.push(id) }
}

const creditOf = (sender: Sender): number => (sender as unknown as SenderInside).credit

/**
 * Tells a receiver that asked for it that nothing more comes. rhea keeps silent when the last credit was used on the way, and the
 * SDK would then wait and close the link.
 */
export const answerDrain = (sender: Sender): void => {
  const inside = sender as unknown as SenderInside
  inside._get_drain = () => {
    if (!inside._draining || !inside._drained) return false
    inside.delivery_count += creditOf(sender)
    ;(inside as { credit: number }).credit = 0
    inside._draining = false
    return true
  }
  sender.set_drained(true)
  ;(sender.connection as unknown as { _register: () => void })._register()
}

export type Reply = 'accepted' | AmqpError

/**
 * Answers a delivery. rhea writes the answers to two neighbouring deliveries as one even if they differ, and the second gets what
 * the first got: so a refusal is written by itself.
 */
export const answerDelivery = (delivery: Delivery, reply: Reply): void => {
  if (reply === 'accepted') return delivery.update(true, accepted())
  const { connection } = delivery.link
  flush(connection)
  delivery.update(true, rejected(reply))
  flush(connection)
}

/** Answers the outcome of a delivery and lets rhea forget it: the SDK never confirms, and the ring of 2,048 would fill up. */
export const settleDelivery = (delivery: Delivery, reply: Reply): void => {
  answerDelivery(delivery, reply)
  ;(delivery as { remote_settled: boolean }).remote_settled = true
}

/** Writes what is pending; must not be called from within an event of rhea. */
const flush = (connection: Connection): void => (connection as unknown as { _process: () => void })._process()

type ConnectionInside = {
  readonly accept: (socket: Socket) => void
  readonly heartbeat_in?: NodeJS.Timeout
  readonly heartbeat_out?: NodeJS.Timeout
}

/**
 * Serves a client on a socket of a server that rhea did not open.
 * @returns ends the connection without goodbye
 */
export const acceptSocket = (connection: Connection, socket: Socket): (() => void) => {
  const inside = connection as unknown as ConnectionInside
  writeTogether(socket)
  inside.accept(socket)
  return () => {
    socket.destroy()
    // rhea does not notice, and would keep the process for two minutes to look whether the client is still there.
    clearTimeout(inside.heartbeat_in)
    clearTimeout(inside.heartbeat_out)
  }
}

/** rhea writes every frame by itself: all that it writes in one go leaves in one system call. */
const writeTogether = (socket: Socket): void => {
  const write = socket.write.bind(socket) as (...given: readonly unknown[]) => boolean
  const writeCorked = (...given: readonly unknown[]): boolean => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    return write(...given)
  }
  socket.write = writeCorked
}

type AttachFields = { snd_settle_mode?: number; rcv_settle_mode?: number; max_message_size?: number }

/** Fields of the attach frame with which the broker answers; only to be used while the link opens. */
export const attachFields = (link: object): AttachFields =>
  (link as { readonly local: { readonly attach: AttachFields } }).local.attach
