// What is wrong with the settings that whoever deploys gives: judged as the apps judge them, before anything is made.
import { cloudFaultOf } from '../../shared/config/cloud-rules.ts'
import { type SettingName, settings } from '../../shared/config/settings.ts'
import { settingKinds } from '../description/app-settings.ts'

/**
 * The values are no part of what is said: one of them may hold a password.
 * @param given by the names of the settings, as the parameter `settings` has them
 * @param domain where the products are that nobody gave an address of
 */
export const faultsOfSettings = (given: Readonly<Record<string, string>>, domain: string): readonly string[] => {
  const kinds = settingKinds()
  const ofPeers = Object.entries(kinds).flatMap(([name, { peer }]) =>
    peer !== undefined && given[name] === undefined ? [[name, `https://${peer}.${domain}`] as const] : [],
  )
  const faults = (values: readonly (readonly [name: string, value: string])[]) =>
    // What nobody may give is refused by the Bicep files.
    values.flatMap(([name, value]) => (kinds[name]?.kind === 'given' ? faultOf(name as SettingName, value) : []))
  const [ofDomain] = faults(ofPeers)
  return [
    ...faults(Object.entries(given)).map(({ name, fault }) => `The parameter "settings" has ${name}: ${fault}`),
    ...(ofDomain ? [`The parameter "domain" makes addresses that no app takes: ${ofDomain.fault}`] : []),
  ]
}

const faultOf = (name: SettingName, value: string): readonly { readonly name: string; readonly fault: string }[] => {
  const { error } = settings.shape[name].safeParse(value)
  const fault = error ? error.issues.map(({ message }) => message).join(', ') : cloudFaultOf(name, value)
  return fault === undefined ? [] : [{ name, fault }]
}
