# Sourced by every step: one line to the log, and the end of the bake with a sentence.
say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}
