# Copies TAP, of several runs one after the other; the last line counts:
# "N passed, N failed, N skipped", in place of each run's own. A test that was
# planned and never reported has failed, as has a run without any test. Exit
# status: 0 if none failed.
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { next }
{ print; fflush() }
/^1\.\.[0-9]+$/ { planned += substr($1, 4) }
/^ok / { if (/ # skip/) skipped++; else passed++ }
/^not ok / { failed++ }
END {
    lost = planned - passed - failed - skipped
    if (lost > 0) failed += lost
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0 || planned + 0 == 0
}
