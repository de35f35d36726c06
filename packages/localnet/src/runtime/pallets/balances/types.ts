import { boundedVec, enumeration, fixedHex, newtypeVec, struct } from '../../types/compounds.js'
