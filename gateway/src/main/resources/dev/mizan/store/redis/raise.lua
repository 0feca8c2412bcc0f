-- Posts what attempts cost so far and sets aside another amount instead of the one that is held, or does neither. KEYS:
-- head, leases, record, accounts. Numbers: accounts, checks; each account's description, what is posted in all and what
-- is set aside next; each check as of reserve. Answer: each account's used and set aside (-1 if its window has
-- passed); or REFUSED, check, used, set aside by others, when enough has left; or GONE, or WINDOWS.
local A = accounts()
local code = check(false)
if code ~= OK then return packed{code, now, 0} end
local count, checks = N[3], N[4]
local values = call('MGET', unpack(KEYS, 3))
local r = recorded(values[1])
if not r then return packed{GONE, now, sequence} end
local lapsed = r[3] == 1

local states = {}
for i = 1, count do
  local at, hold = 8 * i - 3, r[4 * i + 3]
  local s = {posted = N[at + 6], next = N[at + 7]}
  if r[4 * i + 1] == SETTLED then
    local opened, a = A.opened(KEYS[3 + i], values[1 + i], at)
    if opened == WINDOWS then return packed{WINDOWS, now, sequence} end
    local start = r[4 * i + 2]
    if a and start >= a.first then
      s.a, s.u, s.v = a, a.u, a.v
    elseif a and a.p == 0 and start == a.y then
      -- A calendar window that has ended is judged by itself.
      s.a, s.u, s.v, s.past = a, a.yu, a.yv, true
    end
    if s.a then
      if lapsed then s.u = s.u - hold else s.v = s.v - hold end
    end
  end
  states[i] = s
end
local worst
for c = 0, checks - 1 do
  local at = 8 * count + 5 + 3 * c
  local i = N[at]
  local s, cap, need = states[i], N[at + 1], N[at + 2]
  if s.a then
    local u = s.u + s.posted - r[4 * i + 4]
    if u + s.v + need > cap then
      local never = need > cap or s.past
      worst = A.later(worst, {
        check = c, u = u, v = s.v, resets = never and math.huge or A.resets(s.a, u + s.v + need - cap),
      })
    end
  end
end
if worst then return packed{REFUSED, now, sequence, worst.check, worst.u, worst.v, worst.resets} end
local answer = {OK, now, sequence}
for i, s in ipairs(states) do
  local hold, posted = r[4 * i + 3], r[4 * i + 4]
  answer[2 * i + 2], answer[2 * i + 3] = -1, -1
  if s.a then
    local back = lapsed and hold or 0
    A.adjust(s.a, r[4 * i + 2], s.posted - posted - back, s.next - hold + back)
    A.keep(s.a)
    answer[2 * i + 2], answer[2 * i + 3] = s.u + s.posted - posted, s.v + s.next
  end
  if r[4 * i + 1] == SETTLED then r[4 * i + 3], r[4 * i + 4] = s.next, s.posted end
end
r[3] = 0
A.put(KEYS[3], r, A.keysOf(values[1], r))
return packed(answer)
