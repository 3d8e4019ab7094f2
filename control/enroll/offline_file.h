// SPDX-License-Identifier: Apache-2.0
// Enrolment without a connection: a request and a response as text files that a person can read
// and carry. Plain words first, then PEM blocks; the words are for people and are not read back.
//
//   request    CERTIFICATE REQUEST
//   response   CERTIFICATE (leaf, then its authorities), BULKHEAD ROOT, BULKHEAD ENDORSEMENT
//
// Neither holds a secret.
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "enroll/issuing_authority.h"
#include "identity/spiffe_id.h"
#include "mesh/enroll_message.h"

namespace bulkhead::enroll {

inline constexpr size_t kMaxOfflineFile = 64u << 10;

std::string request_text(const mesh::Der& request, const identity::SpiffeId& subject,
                         const identity::SpkiDigest& key, std::time_t now);
std::string response_text(const IssuedLeaf& issued, const identity::SpiffeId& subject,
                          const identity::SpkiDigest& root, std::time_t now);

// Errors: kInvalid as "FILE:LINE: reason".
Result<mesh::Der> parse_request(std::string_view text, const std::string& file);
Result<mesh::Issued> parse_response(std::string_view text, const std::string& file);

}  // namespace bulkhead::enroll
