-- Makes a reservation known to counters that do not have it: they were lost, or could not be reached, or its lease had
-- run out. KEYS: head, leases, record, accounts. Numbers: lease, when it was admitted, 1 if the call has ended, accounts,
-- lines; each account's description, start, what is set aside, what is to be counted of the call so far; each line's
-- place in its process's journal and what it counts in each account. ARGV: from the second on id, and the process.
-- Answer: of each account up to which place lines are in what it began with, then of each what it has used, or -1 if the
-- call does not count there, with HELD if the call has ended and is held all the same; or MISSING and the accounts to be
-- loaded; or GONE, or WINDOWS. An account is loaded even if the books have all the lines: somebody may be loading it who
-- read them earlier.
local A = accounts()
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
local id, lease, ended, count, lines = ARGV[2], N[3], N[5] == 1, N[6], N[7]
local values = call('MGET', unpack(KEYS, 3))
local over = 'x' .. pack('<d', epoch)
if values[1] == 'x' or values[1] == over then return packed{GONE, now, sequence} end
-- Up to where the lines of this process are in what an account began with.
local function placeIn(key)
  local text = call('GET', key .. ':w')
  local _, to = string.find(text or '', '\n' .. ARGV[3] .. '\t', 1, true)
  return to and tonumber(string.match(text, '^%d+', to + 1)) or 0
end
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
  local answer = {ended and HELD or OK, now, sequence}
  for i = 1, count do answer[3 + i] = placeIn(KEYS[3 + i]) end
  return packed(answer)
end

local accounts, missing = {}, {MISSING, now, sequence}
for i = 1, count do
  local opened, a = A.opened(KEYS[3 + i], values[1 + i], 9 * i - 1)
  if opened == WINDOWS then return packed{WINDOWS, now, sequence} end
  if opened == MISSING then missing[#missing + 1] = i - 1 end
  accounts[i] = a
end
if #missing > 3 then return packed(missing) end
r = {epoch, N[4], 0, count}
local answer = {OK, now, sequence}
for i, a in ipairs(accounts) do
  local start, hold, total, posted, place, used = N[9 * i + 5], N[9 * i + 6], N[9 * i + 7], N[9 * i + 7], 0, -1
  local kind = a.kind
  if kind == SLOT then
    if not ended then A.fly(a.key, id, lease) end
  else
    place = placeIn(a.key)
    for line = 0, lines - 1 do
      local at = 9 * count + 8 + line * (1 + count)
      if N[at] <= place then posted = posted - N[at + i] end
    end
    -- Only a correction counts less than nothing.
    posted = total < 0 and posted or math.max(0, posted)
    local counted = A.adjust(a, start, posted, (ended or kind == REQUESTS) and 0 or hold)
    if counted then
      used = counted
      A.keep(a)
    end
  end
  r[4 * i + 1], r[4 * i + 2], r[4 * i + 3], r[4 * i + 4] = kind, start, hold, posted
  answer[3 + i], answer[3 + count + i] = place, used
end
if ended then
  call('SET', KEYS[3], over, 'PX', RECORD_MILLIS)
else
  A.put(KEYS[3], r, table.concat(KEYS, '\n', 4))
  call('ZADD', KEYS[2], now + lease, id)
end
return packed(answer)
