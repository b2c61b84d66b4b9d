// What attacks are put together from: each step says what was seen, in the words of the events that Defend sends.
import type { AttackNarrativeInput } from '../../functions/ai/features/defend/attack-narrative/contract.ts'
import type * as z from 'zod'

export type AttackEvent = z.input<typeof AttackNarrativeInput>['events'][number]
export type Step = Omit<AttackEvent, 'id' | 'at' | 'device' | 'user'>

const technique = (id: string, name: string) => ({ technique: { id, name } })

export const entries: readonly Step[] = [
  {
    kind: 'process-started',
    process: 'powershell.exe',
    parentProcess: 'WINWORD.EXE',
    commandLine: 'powershell -nop -w hidden -enc SQBFAFgA',
    ...technique('T1059.001', 'PowerShell'),
  },
  {
    kind: 'process-started',
    process: 'mshta.exe',
    parentProcess: 'OUTLOOK.EXE',
    commandLine: '"C:\\Windows\\System32\\mshta.exe" "C:\\Users\\j.meyer\\Downloads\\invoice 2026.hta"',
    ...technique('T1218.005', 'Mshta'),
  },
  {
    kind: 'file-written',
    process: 'chrome.exe',
    target: 'C:\\Users\\Public\\Downloads\\scan_4471.iso',
    ...technique('T1204.002', 'Malicious File'),
  },
  { kind: 'process-started', process: 'w3wp.exe', commandLine: 'cmd.exe /c whoami > C:\\inetpub\\temp\\o.txt' },
]

export const middles: readonly Step[] = [
  { kind: 'network-connection', process: 'powershell.exe', target: '203.0.113.40' },
  { kind: 'network-connection', process: 'rundll32.exe', target: 'cdn.updates-node.example' },
  {
    kind: 'persistence-created',
    process: 'reg.exe',
    target: 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater',
    ...technique('T1547.001', 'Registry Run Keys / Startup Folder'),
  },
  {
    kind: 'persistence-created',
    process: 'schtasks.exe',
    target: '\\Microsoft\\Windows\\Maintenance\\CacheTask',
    ...technique('T1053.005', 'Scheduled Task'),
  },
  {
    kind: 'credential-access',
    process: 'procdump64.exe',
    target: 'lsass.exe',
    ...technique('T1003.001', 'LSASS Memory'),
  },
  { kind: 'privilege-change', target: 'Domain Admins', ...technique('T1098', 'Account Manipulation') },
  { kind: 'file-written', process: 'svchost.exe', target: '/tmp/.cache/agent-x64' },
  {
    kind: 'process-started',
    process: 'wmic.exe',
    parentProcess: 'cmd.exe',
    commandLine: `wmic /node:10.20.30.41 process call create "cmd /c ${'echo 0123456789abcdef '.repeat(40)}"`,
    ...technique('T1047', 'Windows Management Instrumentation'),
  },
]

export const ends: readonly Step[] = [
  {
    kind: 'data-sent',
    process: 'rclone.exe',
    target: 'https://files.dropsite.example/u/8f3a',
    ...technique('T1567.002', 'Exfiltration to Cloud Storage'),
  },
  { kind: 'detection', target: 'Ransomware behaviour', ...technique('T1486', 'Data Encrypted for Impact') },
  { kind: 'detection', target: 'Cobalt Strike beacon' },
  { kind: 'detection', target: 'Shadow copies deleted', ...technique('T1490', 'Inhibit System Recovery') },
]

export const devices = [
  'FIN-01',
  'HR-LT-07',
  'SRV-02',
  'DC-EAST',
  'web01.ridge.example',
  'BACKUP',
  'WS-114',
  'SRV-02-TEST',
]
export const users = ['NORTHWIND\\alice', 'NORTHWIND\\svc-backup', 'bob@ridge.example', 'root']
