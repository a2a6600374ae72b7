-- Takes its content from a partition of a space: nothing of it is seen any more, and
-- who goes on writing to it is refused. KEYS[2] is the set of contents to be removed.
local h = redis.call('HMGET', KEYS[1], 'life', 'stage')
if not h[1] then
  redis.call('UNLINK', KEYS[1])
  return 0
end
redis.call('SADD', KEYS[2], string.sub(KEYS[1], 1, -5) .. h[1] .. ':')
if h[2] then redis.call('UNLINK', h[2]) end
redis.call('UNLINK', KEYS[1])
return 1
