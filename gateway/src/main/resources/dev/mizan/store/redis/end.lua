-- Ends a reservation, once. KEYS: head, record, leases, accounts. ARGV: epoch, seen, id, 1 if it is as if it had never
-- been made, and of each account what the call used in all. Answer: OK, now, sequence, what each account has used, or
-- -1; or GONE, now, sequence.
local code = check(true)
if code ~= OK then return {code, now, 0} end
local id, undo = ARGV[3], ARGV[4] == '1'
local packed = redis.call('GET', KEYS[2])
local record = packed and packed ~= 'x' and cmsgpack.unpack(packed)
if not record or record[1] ~= epoch then
  -- A reserve that is still under way, on a connection that was given up, must find it ended.
  if undo then redis.call('SET', KEYS[2], 'x', 'PX', 600000) end
  return {GONE, now, sequence}
end
local answer = {OK, now, sequence}
for i = 4, #record do
  local key, type, gate, start, hold, posted = unpack(record[i])
  local used = -1
  if type == IN_FLIGHT then
    redis.call('ZREM', key, id)
  elseif gate then
    if undo then adjust(key, type, start, -hold, 0) end
  else
    local lapsed = record[3] == 'l'
    local total = tonumber(ARGV[i + 1])
    used = adjust(key, type, start, total - posted - (lapsed and hold or 0), lapsed and 0 or -hold)
  end
  answer[#answer + 1] = used
end
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], id)
return answer
