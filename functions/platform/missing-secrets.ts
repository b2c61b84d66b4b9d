// Secrets that an app needs and the key vault does not give, by the names of their settings, for its readiness.
import { isSecretName } from '../../shared/config/cloud-rules.ts'
import type { SettingProblem } from '../../shared/config/config.ts'
import { type SettingName, settings } from '../../shared/config/settings.ts'
import { toAppError } from '../../shared/errors.ts'
import type { Services } from '../../shared/services.ts'

/** Reads those of the settings that are in the vault, from what is known of it where that is good. What has a problem already is left out. */
export const missingSecrets = async (
  { config, secret }: Services,
  needs: readonly SettingName[],
): Promise<readonly SettingProblem[]> => {
  const bad = new Set(config.problems.map(({ name }) => name))
  const names = needs.filter(isSecretName).filter((name) => !bad.has(name))
  const found = await Promise.all(
    names.map((name) =>
      secret(name).then(
        () => [],
        (error: unknown): readonly SettingProblem[] => [
          { name, fault: 'unresolved', advice: toAppError(error).message, ...(isOptional(name) && { ignored: true }) },
        ],
      ),
    ),
  )
  return found.flat()
}

const isOptional = (name: SettingName): boolean => settings.shape[name].safeParse(undefined).success
