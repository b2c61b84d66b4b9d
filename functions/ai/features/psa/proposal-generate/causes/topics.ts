// Kinds of trouble, by the words in which people tell of them, in English and German.

export type Topic =
  | 'failure'
  | 'storage'
  | 'slowness'
  | 'reach'
  | 'internet'
  | 'update'
  | 'certificate'
  | 'licence'
  | 'attack'

export const topics: ReadonlyMap<Topic, RegExp> = new Map<Topic, RegExp>([
  // That a device does nothing at all. One that prints in the wrong colour is on.
  [
    'failure',
    /\b(?:(?:(?:does|do|did|is|are|will)(?: not|n['’]t)|won['’]t|(?:can ?not|can['’]t|could not|couldn['’]t|unable to)|no longer|never|nobody can|nothing) (?:longer |even )?(?:work|print|scan|respond|react|start|connect|boot|charge|ring|answer|come on|turn on|switch on)(?:s|ing)?|stopped (?:working|printing|scanning|responding)|out of order|(?:druckt|scannt|geht|läuft|funktioniert|reagiert|startet|verbindet)\b[^.,;:!?\n]{0,20}\b(?:nicht|nichts|kein\w{0,2}))\b(?! (?:in (?:colou?r|black)|colou?r|double|duplex|both|correctly|properly|well|farbig|beid\w+|richtig|sauber|gut))/i,
  ],
  [
    'storage',
    /\b(?:sav(?:e|es|ed|ing)|(?:disk|drive|mailbox|volume)\b.{0,20}\bfull|full (?:disk|drive)|out of (?:disk )?space|(?:disk|free|storage) space|(?:no|not enough|insufficient|too little|low on|short of|run(?:s|ning)? out of|ran out of|lack of) (?:\w+ ){0,2}space|space (?:on|left)|writ(?:e|ing)|backups?|upload\w*|copy(?:ing)? files|database|quota|speicher\w*|festplatte|voll|(?:kein|zu wenig|nicht genug|nicht genügend|nicht ausreichend) (?:\w+ )?platz|platz reicht nicht|sicherung)\b/i,
  ],
  ['slowness', /\b(?:slow\w*|freez\w+|frozen|hangs?|sluggish|takes (?:minutes|ages|forever)|langsam|hängt)\b/i],
  [
    'reach',
    /\b(?:offline|unreachable|not reachable|(?:cannot|can't|can not|could not|couldn't|unable to) (?:connect|reach|open|get (?:in|to|on)|log|sign|ping|access|print)|no (?:connection|access)|(?:lost|lose|loses|losing) (?:the )?connection|connection (?:\w+ )?(?:lost|refused|dropped|fails?|failed|drops)|disconnect\w*|timed? ?out|times out|not respond\w*|no response|down(?! ?load)|does(?:n't| not) (?:start|turn on|boot|come up|answer)|dead|no power|nicht erreichbar|antwortet nicht|keine verbindung|ausgefallen|startet nicht|getrennt)\b/i,
  ],
  [
    'internet',
    /\b(?:internet|wan|isp|web ?sites?|web pages?|online services|cloud (?:apps?|services?)|voip|phone lines?|phones? (?:are|is) dead|calls? (?:drop\w*|fail\w*)|whole (?:site|office)|(?:site|office) (?:is )?offline|line (?:is )?down|internetleitung|leitung|standort)\b/i,
  ],
  [
    'update',
    /\b(?:updat\w+|patch\w*|upgrad\w+|hotfix|roll(?:ed)? ?back|kb\d{6,7}|reboot\w*|restart\w*|boot\w*|blue ?screen\w*|bsod|stop code|aktualisier\w+|neustart\w*)\b/i,
  ],
  [
    'certificate',
    /\b(?:certificat\w+|cert|zertifikat\w*|tls|ssl|https|not (?:secure|private|trusted)|untrusted|handshake|privacy error|secure connection|unsicher|nicht sicher)\b/i,
  ],
  ['licence', /\b(?:licen[cs]\w+|lizenz\w*|activat\w+|subscription|unlicensed|trial|abonnement|aktivierung)\b/i],
  [
    'attack',
    /\b(?:ransom\w*|encrypted|virus|malware|trojan|phish\w*|pop-?ups?|suspicious|strange (?:program|process|window|e?-?mails?|files?|log)\w*|unknown (?:program|process|login|sign-in|e?-?mails?)|hacked|attack\w*|spam|locked out|(?:mouse|cursor) moves|files? (?:are |were |have been )?renamed|renam\w+ (?:\w+ ){0,3}(?:files|documents|shares)|(?:mass|files?|documents?|shares?)\b.{0,20}\bencrypt\w*|encrypts|encryption of|new file (?:ending|extension)s?|intrusion|brute[ -]?forc\w+|credential (?:theft|dumping|access)|exfiltrat\w+|lateral movement|unauthori[sz]ed|compromised|umbenannt|erpress\w+|lösegeld|schadsoftware|cannot be opened and|somebody else|did not send|didn't send|antivirus|defender|verschlüsselt|verdächtig\w*|gehackt)\b/i,
  ],
])
