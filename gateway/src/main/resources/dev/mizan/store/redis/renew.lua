-- Renews leases. KEYS: head, leases, and sorted sets of concurrency. ARGV: epoch, seen, lease, reservations, their ids, then
-- the id for each sorted set. Answer: OK, now, sequence, the numbers of those whose lease had run out.
local code = check(true)
if code ~= OK then return {code, now, 0} end
local lease, count = tonumber(ARGV[3]), tonumber(ARGV[4])
local answer = {OK, now, sequence}
for i = 1, count do
  if redis.call('ZSCORE', KEYS[2], ARGV[4 + i]) then
    redis.call('ZADD', KEYS[2], now + lease, ARGV[4 + i])
  else
    answer[#answer + 1] = i - 1
  end
end
for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], 'XX', now + lease, ARGV[2 + count + i])
  redis.call('PEXPIRE', KEYS[i], 4 * lease)
end
return answer
