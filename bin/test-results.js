import { relative } from 'node:path'

/** What vitest's JSON report says; nothing passed where there is none. */
export function readResults(read, root) {
  let report
  try {
    report = JSON.parse(read())
  } catch {
    return { passed: 0, failed: 0, skipped: [] }
  }
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: relative(root, file.name) })),
  )
  // A file that could not be loaded has no tests of its own to count.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + brokenFiles.length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  }
}

/** Names what was not run: a run that left something out says so. */
export function skippedLines({ skipped }) {
  if (skipped.length === 0) return []
  return [`Not run (${skipped.length}):`, ...skipped.map(({ file, fullName }) => `  ${file}: ${fullName}`)]
}

export function closingLine({ passed, failed, skipped }, mustAllRun) {
  const left = skipped.length > 0 && !mustAllRun ? `, ${skipped.length} skipped` : ''
  return `${passed} passed, ${failed} failed${left}`
}
