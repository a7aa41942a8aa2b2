/** Thrown where Python has no counterpart here that a light scan can be sure of; the message is the reason. */
export class Untranslatable extends Error {}
