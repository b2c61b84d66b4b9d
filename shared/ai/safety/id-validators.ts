// What tells a national id from other digits: one file of the package for each country, since the whole takes most of a second to load.
import * as idnr from 'stdnum/lib/cjs/de/idnr.js'
import * as ssn from 'stdnum/lib/cjs/us/ssn.js'
import * as nino from 'stdnum/lib/cjs/gb/nino.js'
import * as nir from 'stdnum/lib/cjs/fr/nir.js'
import * as dni from 'stdnum/lib/cjs/es/dni.js'
import * as nie from 'stdnum/lib/cjs/es/nie.js'
import * as codiceFiscale from 'stdnum/lib/cjs/it/codicefiscale.js'
import * as pesel from 'stdnum/lib/cjs/pl/pesel.js'
import * as bsn from 'stdnum/lib/cjs/nl/bsn.js'
import * as personnummer from 'stdnum/lib/cjs/se/personnummer.js'
import * as ahv from 'stdnum/lib/cjs/ch/ssn.js'

export { idnr, ssn, nino, nir, dni, nie, codiceFiscale, pesel, bsn, personnummer, ahv }
