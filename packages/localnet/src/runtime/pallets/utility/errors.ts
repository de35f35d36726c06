import { defineErrors } from '../../framework/dispatch-failure.js'

export const utilityErrors = defineErrors(11, ['TooManyCalls', 'InvalidDerivedAccount'])
