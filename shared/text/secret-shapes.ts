// The shapes of secrets that say what they are: by a prefix, a length, an alphabet. After the rules of gitleaks and secretlint and the
// vendors' own pages. Each is a regular expression that begins at the start of a word; the whole word goes with a match. All are bounded.

/** Letters, digits, and what else a secret is written with. */
const [w, wd] = ['[A-Za-z0-9]', '[A-Za-z0-9_-]']

export const secretShapes: readonly string[] = [
  // Clouds
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'AIza[A-Za-z0-9_-]{35}',
  `GOCSPX-${wd}{20,60}`,
  `1//0${wd}{20,200}`,
  `ya29\\.${wd}{20,400}`,
  '[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}',
  'do[oprt]_v1_[a-f0-9]{40,80}',
  `LTAI${w}{12,30}`,
  'dapi[a-f0-9]{32}',
  `HRKU-${wd}{30,80}`,
  `v1\\.0-[a-f0-9]{24}-[a-f0-9]{100,200}`,
  `dt0[a-z]\\d\\d\\.[A-Z0-9]{20,30}\\.[A-Z0-9]{40,80}`,
  // Source control, registries, builds
  `gh[pousr]_${w}{30,255}`,
  'github_pat_[A-Za-z0-9_]{30,255}',
  `gl(?:pat|dt|rt|oas|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.-]{16,100}`,
  `GR1348941${wd}{20,40}`,
  `ATATT3${wd}{30,255}`,
  `AT(?:BB|CTT3)${wd}{24,255}`,
  `npm_${w}{36}`,
  `pypi-Ag${wd}{20,400}`,
  'rubygems_[a-f0-9]{48}',
  `dckr_(?:pat|oat)_${wd}{20,60}`,
  `CCI(?:PAT|PRJ)_${wd}{20,100}`,
  `AKCp${w}{40,100}`,
  `cmVmdGtu${w}{40,100}`,
  'sqp_[a-f0-9]{40}',
  // Infrastructure
  'AGE-SECRET-KEY-1[A-Z0-9]{40,80}',
  `hv[sbr]\\.${wd}{24,300}`,
  // What stands before it names the token and is no secret.
  `atlasv1\\.${wd}{40,100}`,
  'pul-[a-f0-9]{40}',
  `dp\\.(?:pt|st|ct|sa|scim|audit)\\.${w}{30,60}`,
  `pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,80}`,
  `sb(?:p_[a-f0-9]{40}|_secret_${wd}{20,60})`,
  `ops_eyJ${wd}{40,2000}`,
  'A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}',
  `gl(?:sa|c)_[A-Za-z0-9+/=_]{30,200}`,
  'NR(?:AK|JS|II|RA)-[A-Za-z0-9-]{20,60}',
  `sntry[su]_[A-Za-z0-9+/=_-]{40,400}`,
  // Models
  `sk-(?:proj|svcacct|admin|ant|or|lf)-${wd}{16,300}`,
  `sk-${w}{20,100}`,
  `hf_${w}{30,60}`,
  `(?:gsk_|r8_|pplx-|xai-)${w}{30,100}`,
  // Messages, payments, work
  `xox[abeoprs]-[A-Za-z0-9-]{10,300}`,
  `xapp-\\d-[A-Za-z0-9-]{20,200}`,
  `hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{20,200}`,
  `discord(?:app)?\\.com/api/webhooks/\\d{10,30}/${wd}{20,100}`,
  `[MNO]${wd}{23,25}\\.${wd}{6}\\.${wd}{27,60}`,
  `\\d{8,10}:AA${wd}{30,40}`,
  `(?:sk|rk|pk)_(?:live|test)_${w}{16,200}`,
  `whsec_[A-Za-z0-9+/=]{24,100}`,
  `SG\\.${wd}{16,64}\\.${wd}{16,64}`,
  '(?:SK|AC)[a-f0-9]{32}',
  'key-[a-f0-9]{32}',
  '[a-f0-9]{32}-us\\d{1,2}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}',
  `sq0[a-z]{3}-${wd}{22,60}`,
  `EAA[A-Z]${wd}{40,400}`,
  `lin_(?:api|oauth)_${w}{30,80}`,
  `(?:secret|ntn)_${w}{40,60}`,
  `fig[dou]_${wd}{30,100}`,
  'PMAK-[a-f0-9]{24}-[a-f0-9]{34}',
  `pat${w}{14}\\.[a-f0-9]{64}`,
  `[sp]k\\.eyJ${wd}{20,400}\\.${wd}{10,100}`,
  // Of nobody and everybody
  // From the beginning of the word alone: from each `eyJ` of a long word on, it would be read to its end.
  `(?<![_-])eyJ${wd}{5,8000}\\.${wd}{0,8000}(?:\\.${wd}{0,2000})?`,
  '\\$2[abxy]\\$\\d\\d\\$[./A-Za-z0-9]{53}',
  '\\$[156y]\\$[^\\s$]{1,40}\\$[./A-Za-z0-9$]{20,120}',
  // Integration keys of this suite, see shared/auth/integration-key.ts
  'tik_[a-z]{1,30}_[A-Za-z0-9]{1,40}_[A-Za-z0-9]{1,200}',
]
