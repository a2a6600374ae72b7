-- Applies the next step of an accepted batch and returns how many are left, -1 where
-- no batch is under way.
local h = call('HMGET', KEYS[1], 'to', 'to_fence', 'to_by', 'stage', 'life', 'steps')
if not h[1] then return -1 end
local blob, left = call('LPOP', h[4]), tonumber(h[6]) - 1
local function finish(torn)
  call('HSET', KEYS[1], 'at', h[1], 'fence', h[2], 'by', h[3], 'torn', torn)
  call('HDEL', KEYS[1], 'to', 'to_fence', 'to_by', 'stage', 'steps')
  call('UNLINK', h[4])
end
-- Steps can be missing only where the server lost data it had confirmed.
if not blob or call('LLEN', h[4]) ~= left then
  finish('1')
  return 0
end
call('HSET', KEYS[1], 'torn', '1')
apply(h[5], blob)
if left == 0 then
  finish('0')
else
  call('HSET', KEYS[1], 'torn', '0', 'steps', left)
end
return left
