-- Makes an account of what the books say, if nobody has. KEYS: head, account, and one for each adjustment that is in it.
-- Numbers: description, when the reading began, start of the window or oldest sub-window, then used, or sub-window and
-- used of each. ARGV[2]: up to where each
-- process's lines are in that, a line each of its name, a tab and the place. Answer: nothing more.
local A = accounts()
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
local key, start = KEYS[2], N[10]
if A.known(key, call('GET', key)) then return packed{OK, now, sequence} end
local a = {
  key = key, at = 3, first = start, x = 0, l = N[9], p = 0, room = 0, y = 0, yu = 0, yv = 0, u = 0, v = 0, whole = true,
}
if N[3] == SLIDING then
  a.p = N[5]
  -- A few more than can count at once: other processes' clocks may be ahead.
  a.room = math.ceil(N[6] / a.p) + 4
  call('SET', key .. ':r', string.rep('\0', 16 * a.room))
  -- The last of N is not a number of the caller's.
  for i = 11, #N - 2, 2 do A.adjust(a, N[i], N[i + 1], 0) end
else
  a.u = N[11]
end
A.keep(a)
if ARGV[2] ~= '' then call('SET', key .. ':w', '\n' .. ARGV[2], 'PX', WRITTEN_MILLIS) end
for i = 3, #KEYS do call('SET', KEYS[i], '1', 'PX', RECORD_MILLIS) end
return packed{OK, now, sequence}
