-- Ends a reservation, once. KEYS: head, leases, record, accounts. Numbers: 1 if it is as if it had never been made, and
-- of each account what the call used in all. ARGV[2]: id. Answer: what each account has used, or -1; or GONE.
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
local id, undo = ARGV[2], N[3] == 1
local values = call('MGET', unpack(KEYS, 3))
local r = recorded(values[1])
if not r then
  -- A reserve that is still under way, on a connection that was given up, must find it ended.
  if undo then call('SET', KEYS[3], 'x', 'PX', 600000) end
  return packed{GONE, now, sequence}
end
local answer, lapsed = {OK, now, sequence}, r[3] == 1
for i = 1, r[4] do
  local kind, start, hold, posted = r[4 * i + 1], r[4 * i + 2], r[4 * i + 3], r[4 * i + 4]
  local used, key = -1, KEYS[3 + i]
  if kind == SLOT then
    call('ZREM', key, id)
  else
    local more, back = N[3 + i] - posted, -hold
    if kind == REQUESTS then
      -- Counted when it was admitted; what it was more is counted now.
      more, back = undo and -hold or math.max(0, N[3 + i] - hold), 0
    elseif lapsed then
      more, back = more - hold, 0
    end
    local a = (more ~= 0 or back ~= 0) and known(key, values[1 + i])
    local counted = a and adjust(a, start, more, back)
    if counted then
      used = counted
      save(a)
    end
  end
  answer[3 + i] = used
end
call('DEL', KEYS[3])
call('ZREM', KEYS[2], id)
return packed(answer)
