// SPDX-License-Identifier: Apache-2.0
#include "cli/glass_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/pem.h>

#include "base/file.h"
#include "break_glass/codec.h"
#include "pki/openssl.h"
#include "policy/time_text.h"

namespace bulkhead::cli {
namespace {

constexpr const char* kLabel = "BULKHEAD BREAK-GLASS";
constexpr size_t kMaxFile = 64u << 10;

struct FreeMemory {
  void operator()(void* memory) const noexcept { OPENSSL_free(memory); }
};

std::string words_of(const break_glass::OpeningRequest& request) {
  std::string out = "Bulkhead break-glass request: " + describe(request.statement) + "\n";
  for (const auto& signature : request.signatures) out += "signed by " + signature.approver + "\n";
  return out + "\n";
}

// The bytes of the first PEM block of that label.
Result<std::vector<uint8_t>> block_of(const std::string& text, const std::string& path) {
  const pki::BioPtr bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1)
    return pki::openssl_error(path + ": it holds no break-glass request", ErrorCode::kInvalid);
  const std::unique_ptr<char, FreeMemory> owned_name(name), owned_header(header);
  const std::unique_ptr<unsigned char, FreeMemory> owned_data(data);
  if (std::string_view(name) != kLabel)
    return Error{ErrorCode::kInvalid, path + ": holds '" + name + "', not a break-glass request"};
  return std::vector<uint8_t>(data, data + size);
}

}  // namespace

std::string describe(const break_glass::Statement& statement) {
  return fmt::format("grant {} at {} until {}: {}", statement.grant,
                     fmt::join(statement.gateways, ", "),
                     policy::time_text(statement.until_wall_ns), statement.reason);
}

Status write_glass(const std::string& path, const break_glass::OpeningRequest& request) {
  const auto bytes = break_glass::encode(request);
  if (!bytes) return bytes.error();
  const pki::BioPtr bio{BIO_new(BIO_s_mem())};
  if (!bio ||
      PEM_write_bio(bio.get(), kLabel, "", bytes->data(), static_cast<long>(bytes->size())) <= 0)
    return pki::openssl_error("encode the request");
  return write_file_atomically(path, words_of(request) + std::string(pki::contents(bio.get())),
                               0644);
}

Result<break_glass::OpeningRequest> read_glass(const std::string& path) {
  const auto text = read_file(path, kMaxFile);
  if (!text) return text.error();
  const auto bytes = block_of(*text, path);
  if (!bytes) return bytes.error();
  auto request = break_glass::decode(*bytes);
  if (request.ok()) return std::move(*request);
  return Error{ErrorCode::kInvalid,
               fmt::format("{}: malformed at byte {} of the request: {}", path,
                           request.fault().offset, to_string(request.fault().kind))};
}

}  // namespace bulkhead::cli
