#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace assay {

/// Owns an Ed25519 key pair (RFC 8032, by OpenSSL's EVP).
class SigningKey {
 public:
  /// A new pair from the system's random numbers.
  static SigningKey generate();

  /// The pair of a private key in PEM (PKCS #8). Throws std::runtime_error in words when it is
  /// none, is encrypted or of another algorithm.
  static SigningKey from_pem(std::string_view pem);

  std::string private_pem() const;
  /// The 32 bytes of the public key in base64.
  std::string public_key() const;
  /// The 64 bytes of the signature in base64.
  std::string sign(std::string_view message) const;

 private:
  struct Pair;
  explicit SigningKey(std::shared_ptr<const Pair> pair) : pair_(std::move(pair)) {}

  std::shared_ptr<const Pair> pair_;
};

/// Whether `signature` is that of `message` by the owner of `public_key`, both as above. False too
/// for what is no key or no signature.
bool is_signed_by(std::string_view public_key, std::string_view message,
                  std::string_view signature);

/// Whether the text is a public key as public_key gives it.
bool is_public_key(std::string_view text);

}  // namespace assay
