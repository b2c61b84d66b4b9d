// Names in a sentence that nothing before it has: a group of attackers, a tool, a technique. In English, what is written with a capital within a
// sentence is a name.

/** Of systems and days, which every narrative may speak of. */
const commonNames = new Set(
  `defend windows microsoft linux office internet active directory domain administrator administrators english
  january february march april may june july august september october november december
  monday tuesday wednesday thursday friday saturday sunday i'm`.split(/\s+/),
)

/** After a word, a comma or a bracket: at the beginning of a sentence any word has a capital. Abbreviations (RDP, UTC) are no names. */
const capital = /(?<=[\p{L}\p{N},;)"'’] ["'(]?|\()\p{Lu}[\p{L}\p{N}]*\p{Ll}[\p{L}\p{N}]*/gu

/** After a dash, which in English a small letter follows too, unless a sentence begins. */
const afterDash = /(?<=[\p{L}\p{N}] [–—-] )\p{Lu}[\p{L}\p{N}]*\p{Ll}[\p{L}\p{N}]*/gu
/** Words in capitals that are longer than abbreviations are. */
const shouted = /(?<![\p{L}\p{N}._\\/-])\p{Lu}{6,}(?![\p{L}\p{N}_\\/-]|\.\p{L})/gu
const beginnings = new Set(
  'a an the it this that these those then there he she they no nothing unknown in on at by from with after before as'.split(
    ' ',
  ),
)
const commonCapitals = new Set('unknown system critical warning high medium network service kerberos'.split(' '))

/** Names of tools and groups that are nothing else, however they are written. */
const wellKnown =
  /(?<![\p{L}\p{N}])(?:mimikatz|cobalt\P{L}{1,5}strike|lazarus|metasploit|meterpreter|bloodhound|sharphound|rubeus|impacket|emotet|trickbot|qakbot|qbot|icedid|bumblebee|lockbit|blackcat|alphv|conti|ryuk|revil|sodinokibi|darkside|wannacry|notpetya|raspberry\P{L}{1,5}robin|scattered\P{L}{1,5}spider|fancy\P{L}{1,5}bear|cozy\P{L}{1,5}bear|apt\P{L}?\d{1,2}|fin\d{1,2}|sandworm|turla|volt\P{L}{1,5}typhoon|brute\P{L}{1,5}ratel|havoc\P{L}{1,5}c2|lazagne|lumma|redline\P{L}{1,5}stealer|agent\P{L}{1,5}tesla|black\P{L}{1,5}basta|cl[o0]p)(?![\p{L}\p{N}])/giu

/** @param evidence the texts of the events that the sentence rests on */
export const inventedNames = (text: string, evidence: readonly string[]): readonly string[] => {
  const known = evidence.join('\n').toLowerCase()
  const names = [
    ...(text.match(capital) ?? []),
    ...(text.match(afterDash) ?? []).filter((name) => !beginnings.has(name.toLowerCase())),
    ...(text.match(shouted) ?? []).filter((name) => !commonCapitals.has(name.toLowerCase())),
    ...(text.match(wellKnown) ?? []),
  ]
  return [...new Set(names)].filter((name) => {
    const lower = name.toLowerCase()
    return !commonNames.has(lower) && !known.includes(lower)
  })
}
