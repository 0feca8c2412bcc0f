-- Makes an account of what the books say, if nobody has. KEYS: head, account, and one for each adjustment that is in it.
-- ARGV: epoch, seen, description, when the reading began, start of the window or oldest sub-window, then used, or
-- sub-window and used of each. Answer: OK, now, sequence.
local code = check(true)
if code ~= OK then return {code, now, 0} end
local a = described(KEYS[2], 3)
if tonumber(redis.call('HGET', a.key, 'e')) == epoch then return {OK, now, sequence} end
redis.call('DEL', a.key)
local start = tonumber(ARGV[10])
a.x = 0
redis.call('HSET', a.key, 'e', epoch, 'l', ARGV[9], 'v', 0, 'x', 0)
if a.type == SLIDING then
  local sum, newest = 0, 0
  for i = 11, #ARGV, 2 do
    local slot, used = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
    sum, newest = sum + used, math.max(newest, slot)
    redis.call('HINCRBY', a.key, 'u' .. slot, used)
  end
  redis.call('HSET', a.key, 'o', start, 'u', sum, 'y', newest)
else
  redis.call('HSET', a.key, 'w', start, 'u', ARGV[11])
end
keep(a)
for i = 3, #KEYS do redis.call('SET', KEYS[i], '1', 'PX', RECORD_MILLIS) end
return {OK, now, sequence}
