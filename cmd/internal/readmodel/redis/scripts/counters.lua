-- Counters between ARGV[1] and ARGV[2], bounds as ZRANGEBYLEX has them, at most
-- ARGV[3]: keys, then values.
local keys = call('ZRANGEBYLEX', p .. 'k', ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
if #keys == 0 then return { 'ok', keys, keys } end
return { 'ok', keys, call('HMGET', p .. 'c', unpack(keys)) }
