-- Names of indexes between ARGV[1] and ARGV[2], bounds as ZRANGEBYLEX has them, at
-- most ARGV[3].
return { 'ok', call('ZRANGEBYLEX', p .. 'x', ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3]) }
