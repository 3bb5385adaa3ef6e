# usage: bash abuse.bash
#
# Runs the program under test (see helpers.bash) 5 times with success and once
# with failure, kills it 25 times in the first 20 ms, in which it starts, and
# runs it a last time. Prints what is not as it was then; nothing, if all is.

load() { :; }
. "${0%/*}/helpers.bash"
export MARK=$$.$RANDOM$RANDOM
before=$(host_state)

for i in 1 2 3 4 5; do
    "${program[@]}" true || echo "run $i failed with $?"
done
"${program[@]}" false && echo "the failure did not fail"

for i in {1..25}; do
    "${program[@]}" sleep 300 >/dev/null &
    sleep "0.0$((RANDOM % 2))$((RANDOM % 10))"
    kill -KILL $!
    wait $!
done 2>/dev/null

"${program[@]}" true || echo "the last run failed with $?"
wait_until no_survivors || end_survivors
diff <(echo "$before") <(host_state)
