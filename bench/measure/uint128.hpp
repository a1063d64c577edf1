#pragma once

namespace assay {

/// For products of two 64-bit numbers; not in ISO C++, but in both compilers on all our targets.
__extension__ using Uint128 = unsigned __int128;

}  // namespace assay
