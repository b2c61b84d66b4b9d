// The investigation of Defend that `npm start` puts: how the server of the demo records came to be encrypted.
import type { DemoRecord } from './demo-record.ts'
import { minutesBefore } from './minutes-before.ts'

export const demoInvestigation = (clientId: string, hostname: string, now: Date): DemoRecord => {
  const minute = (before: number): { readonly at: string } => ({ at: minutesBefore(now, before) })
  const user = 'svc-backup'
  return {
    peer: 'defend',
    kind: 'investigation',
    id: 'investigation-0001',
    clientId,
    record: {
      title: 'Mass encryption on fin-srv-02',
      openedAt: minutesBefore(now, 33),
      processes: [
        { id: 'p-1', ...minute(52), device: 'fin-ws-07', user, image: 'WINWORD.EXE' },
        {
          id: 'p-2',
          ...minute(51),
          parentId: 'p-1',
          device: 'fin-ws-07',
          user,
          image: 'powershell.exe',
          commandLine: 'powershell -nop -w hidden -file update.ps1',
          technique: { id: 'T1059.001', name: 'PowerShell' },
        },
        {
          id: 'p-3',
          ...minute(36),
          device: hostname,
          user,
          image: 'update.exe',
          technique: { id: 'T1486', name: 'Data Encrypted for Impact' },
        },
      ],
      movements: [
        {
          id: 'm-1',
          ...minute(40),
          fromDevice: 'fin-ws-07',
          toDevice: hostname,
          user,
          method: 'rdp',
          technique: { id: 'T1021.001', name: 'Remote Desktop Protocol' },
        },
      ],
      actions: [
        {
          id: 'a-1',
          ...minute(50),
          kind: 'network_connection',
          device: 'fin-ws-07',
          processId: 'p-2',
          target: '203.0.113.40',
        },
        { id: 'a-2', ...minute(34), kind: 'detection', device: hostname, target: 'Mass encryption of files' },
      ],
      moreEvents: 0,
    },
  }
}
