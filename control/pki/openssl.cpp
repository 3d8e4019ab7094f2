// SPDX-License-Identifier: Apache-2.0
#include "pki/openssl.h"

#include <openssl/err.h>

namespace bulkhead::pki {

Error openssl_error(std::string_view what, ErrorCode code) {
  const unsigned long number = ERR_peek_error();
  const char* reason = ERR_reason_error_string(number);
  ERR_clear_error();
  std::string sentence(what);
  if (number != 0) sentence += std::string(": ") + (reason != nullptr ? reason : "unknown reason");
  return Error{code, std::move(sentence)};
}

std::string_view contents(BIO* memory) {
  char* data = nullptr;
  const long bytes = BIO_get_mem_data(memory, &data);
  if (bytes <= 0) return {};
  return {data, static_cast<size_t>(bytes)};
}

}  // namespace bulkhead::pki
