-- Renews leases. KEYS: head, leases, and sorted sets of concurrency. Numbers: lease, reservations. ARGV: from the second
-- on their ids, then the id for each sorted set. Answer: the numbers of those whose lease had run out.
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
local lease, count = N[3], N[4]
local answer = {OK, now, sequence}
for i = 1, count do
  if call('ZSCORE', KEYS[2], ARGV[1 + i]) then
    call('ZADD', KEYS[2], now + lease, ARGV[1 + i])
  else
    answer[#answer + 1] = i - 1
  end
end
for i = 3, #KEYS do
  call('ZADD', KEYS[i], 'XX', now + lease, ARGV[count + i - 1])
  call('PEXPIRE', KEYS[i], RECORD_MILLIS)
end
return packed(answer)
