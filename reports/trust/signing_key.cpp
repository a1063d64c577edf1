#include "reports/trust/signing_key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "reports/html/embed.hpp"

namespace assay {

namespace {

constexpr std::size_t public_bytes = 32;
constexpr std::size_t signature_bytes = 64;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using MemoryBio = std::unique_ptr<BIO, FreeBio>;

const unsigned char* bytes_of(std::string_view text) {
  // OpenSSL takes bytes as unsigned char.
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encoded(const unsigned char* bytes, std::size_t size) {
  return html::base64_encode({reinterpret_cast<const char*>(bytes), size});
}

std::optional<std::string> decoded(std::string_view text, std::size_t size) {
  try {
    std::string bytes = html::base64_decode(text);
    if (bytes.size() == size) return bytes;
  } catch (const std::runtime_error&) {
    return std::nullopt;  // what is no base64 is no key
  }
  return std::nullopt;
}

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("OpenSSL: Ed25519: ") + what + " failed");
}

}  // namespace

struct SigningKey::Pair {
  Key key;
};

SigningKey SigningKey::generate() {
  auto pair = std::make_shared<Pair>();
  pair->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!pair->key) fail("making a key");
  return SigningKey(std::move(pair));
}

SigningKey SigningKey::from_pem(std::string_view pem) {
  const MemoryBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // An encrypted key would be asked for on the terminal: an empty password refuses it instead.
  std::array<char, 1> no_password{};
  auto pair = std::make_shared<Pair>();
  pair->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_password.data()));
  if (!pair->key) throw std::runtime_error("not a private key in PEM without a password");
  if (EVP_PKEY_get_base_id(pair->key.get()) != EVP_PKEY_ED25519) {
    throw std::runtime_error("not an Ed25519 key: `assay keygen FILE` makes one");
  }
  return SigningKey(std::move(pair));
}

std::string SigningKey::private_pem() const {
  const MemoryBio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), pair_->key.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) != 1) {
    fail("writing a key");
  }
  std::string text(BIO_ctrl_pending(bio.get()), '\0');
  if (BIO_read(bio.get(), text.data(), static_cast<int>(text.size())) <= 0) fail("writing a key");
  return text;
}

std::string SigningKey::public_key() const {
  std::array<unsigned char, public_bytes> bytes{};
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(pair_->key.get(), bytes.data(), &size) != 1) {
    fail("reading the public key");
  }
  return encoded(bytes.data(), size);
}

std::string SigningKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::array<unsigned char, signature_bytes> bytes{};
  std::size_t size = bytes.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), bytes.data(), &size, bytes_of(message), message.size()) != 1) {
    fail("signing");
  }
  return encoded(bytes.data(), size);
}

bool is_signed_by(std::string_view public_key, std::string_view message,
                  std::string_view signature) {
  const auto key_bytes = decoded(public_key, public_bytes);
  const auto bytes = decoded(signature, signature_bytes);
  if (!key_bytes || !bytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*key_bytes),
                                            key_bytes->size()));
  const Context context(EVP_MD_CTX_new());
  return key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(*bytes), bytes->size(), bytes_of(message),
                          message.size()) == 1;
}

bool is_public_key(std::string_view text) { return decoded(text, public_bytes).has_value(); }

}  // namespace assay
