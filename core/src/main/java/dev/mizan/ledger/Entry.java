package dev.mizan.ledger;

/** What the journal holds. */
public sealed interface Entry permits Intent, Line, Release {}
