-- Makes a reservation known to counters that do not have it: they were lost, or could not be reached, or its lease had
-- run out. KEYS: head, leases, record, accounts. Numbers: lease, when it was admitted, 1 if the call has ended, since when
-- its lines are in the books, accounts; each account's description, start, what is set aside, what is posted. ARGV[2]:
-- id. Answer: nothing more; or MISSING and the accounts to be loaded; or GONE, or WINDOWS.
local A = accounts()
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
local id, lease, ended, booked, count = ARGV[2], N[3], N[5] == 1, N[6], N[7]
local values = call('MGET', unpack(KEYS, 3))
if values[1] == 'x' then return packed{GONE, now, sequence} end
local r = recorded(values[1])
if r then
  if r[3] == 1 then
    for i = 1, count do
      local key, kind, hold = KEYS[3 + i], r[4 * i + 1], r[4 * i + 3]
      if kind == SLOT then
        A.fly(key, id, lease)
      elseif kind == SETTLED then
        local a = A.known(key, values[1 + i])
        if a and A.adjust(a, r[4 * i + 2], -hold, hold) then A.save(a) end
      end
    end
    r[3] = 0
    A.put(KEYS[3], r, A.keysOf(values[1], r))
  end
  call('ZADD', KEYS[2], now + lease, id)
  return packed{OK, now, sequence}
end

local accounts, missing = {}, {MISSING, now, sequence}
for i = 1, count do
  local opened, a = A.opened(KEYS[3 + i], values[1 + i], 9 * i - 1)
  if opened == WINDOWS then return packed{WINDOWS, now, sequence} end
  if opened == MISSING and not ended then missing[#missing + 1] = i - 1 end
  accounts[i] = a or false
end
if #missing > 3 then return packed(missing) end
r = {epoch, N[4], 0, count}
for i, a in ipairs(accounts) do
  local at = 9 * i - 1
  local start, hold, posted = N[at + 6], N[at + 7], N[at + 8]
  local kind = a and a.kind or SETTLED
  if kind == SLOT then
    if not ended then A.fly(a.key, id, lease) end
  elseif a then
    -- What was read from the books after its lines were there has them.
    local used = a.l < booked and posted or 0
    if kind == REQUESTS and not ended then used = hold end
    if A.adjust(a, start, used, (ended or kind == REQUESTS) and 0 or hold) then A.keep(a) end
  end
  r[4 * i + 1], r[4 * i + 2], r[4 * i + 3], r[4 * i + 4] = kind, start, hold, posted
end
if ended then
  call('SET', KEYS[3], 'x', 'PX', RECORD_MILLIS)
else
  A.put(KEYS[3], r, table.concat(KEYS, '\n', 4))
  call('ZADD', KEYS[2], now + lease, id)
end
return packed{OK, now, sequence}
