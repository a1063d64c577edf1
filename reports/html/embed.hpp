#pragma once

#include <string>
#include <string_view>

namespace assay::html {

/// The element that carries a result.json text in a page: gzip, base64, in a data block that
/// browsers do not run. extract_embedded_result of page.hpp reverses it.
std::string embed_result(std::string_view result_json);

/// Base64 (RFC 4648, with padding). Decoding throws std::runtime_error on any other character.
std::string base64_encode(std::string_view bytes);
std::string base64_decode(std::string_view text);

/// gzip (RFC 1952). Decompression throws std::runtime_error when the data is damaged or holds more
/// than `bytes_max` bytes.
std::string gzip_compress(std::string_view bytes);
std::string gzip_decompress(std::string_view bytes, std::size_t bytes_max);

/// `hex` (an even number of hexadecimal digits) as bytes.
std::string bytes_of_hex(std::string_view hex);

}  // namespace assay::html
