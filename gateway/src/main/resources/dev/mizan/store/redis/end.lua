-- Ends a reservation, once. KEYS: head, leases, record, accounts. Numbers: 1 if it is as if it had never been made, and
-- of each account what is to be counted of the call in all. ARGV[2]: id. Answer: what each account has used, or -1; or GONE.
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
local answer, lapsed, A = {pack('<ddd', OK, now, sequence)}, r[3] == 1, nil
for i = 1, r[4] do
  local kind, start, hold, used, key = r[4 * i + 1], r[4 * i + 2], r[4 * i + 3], -1, KEYS[3 + i]
  if kind == SLOT then
    call('ZREM', key, id)
  else
    local more, back, value = N[3 + i] - r[4 * i + 4], -hold, values[1 + i]
    if kind == REQUESTS then
      back = 0
    elseif lapsed then
      more, back = more - hold, 0
    end
    if value and (more ~= 0 or back ~= 0) then
      local first, _, p, newest, yu, yv, u, v = read('<dddddddd', value)
      if p == 0 and start == first then
        -- In the common case only these change.
        used = u + more
        call('SETRANGE', key, '48', pack('<dd', used, v + back))
      elseif p > 0 and start == newest and start >= first and start <= now + p then
        used = u + more
        call('SETRANGE', key, '32', pack('<dddd', yu + more, yv + back, used, v + back))
      else
        A = A or accounts()
        local a = A.known(key, value)
        local counted = A.adjust(a, start, more, back)
        if counted then
          used = counted
          A.save(a)
        end
      end
    end
  end
  answer[1 + i] = pack('<d', used)
end
call('DEL', KEYS[3])
call('ZREM', KEYS[2], id)
return join(answer)
