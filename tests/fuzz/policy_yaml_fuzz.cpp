// SPDX-License-Identifier: Apache-2.0
// Any text as a policy. Laws: findings are few and have sentences; what loads without errors
// compiles (or is too large), to the same bytes in any order, to an image that the verifier
// accepts.
#include <string>

#include "image/compile.h"
#include "image/verifier.h"
#include "law.h"
#include "policy/diff.h"
#include "policy/yaml.h"
#include "policy_gen.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto grant = policy::load_grant(text, "fuzz.yaml");
  LAW(grant.findings.size() <= 2 * policy::kMaxErrors);
  const auto loaded = policy::load_yaml(text, "fuzz.yaml");
  LAW(loaded.findings.size() <= 2 * policy::kMaxErrors);
  for (const auto& finding : loaded.findings) LAW(!finding.sentence.empty());
  if (!loaded.ok()) return 0;

  const auto same = policy::diff(loaded.policy, test::shuffled(loaded.policy, size));
  LAW(same.ok() ? same->groups.empty() : same.error().code == ErrorCode::kExhausted);

  auto bytes = image::compile(loaded.policy, {test::kGateway, 1, 0});
  if (!bytes.ok()) {
    LAW(bytes.error().code == ErrorCode::kExhausted);
    return 0;
  }
  const auto other = image::compile(test::shuffled(loaded.policy, size), {test::kGateway, 1, 0});
  LAW(other.ok() && *other == *bytes);

  const image::PrivateKey key{7};
  static const image::PublicKey signer = *image::public_key_of(key);
  LAW(image::sign(*bytes, key).ok());
  LAW(image::verify(*bytes, {signer, test::kGateway}).ok());
  return 0;
}
