# usage: bash abuse.bash
#
# Runs the program under test (see helpers.bash) 5 times with success and once
# with failure, and kills it 25 times in the first 20 ms, in which it starts; up
# to 06, the command as well, which does not die with it. Prints what is not as it
# was then; nothing, if all is.

load() { . "${0%/*}/$1.bash"; }
load helpers
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

# shellcheck disable=SC2046 # one word a process
[[ $STEP > 07 ]] || kill -KILL $(survivors | tr -dc '0-9\n') 2>/dev/null
wait_until no_survivors || end_survivors
wait_until host_as_before || diff <(echo "$before") <(host_state)
