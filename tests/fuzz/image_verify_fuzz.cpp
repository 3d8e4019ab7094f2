// SPDX-License-Identifier: Apache-2.0
// Corrupt images with a fitting signature, so that the structural checks are reached.
//
// Input: 0xff, then a whole image; or the number of edits, then per edit a place (2 bytes, in words
// of 4) and a value (4 bytes), then a tape from which a policy is made and compiled.
// Laws: what verify() accepts can be walked without touching anything outside of it; what it
// refuses it explains.
#include <cstring>

#include "image/compile.h"
#include "image_walk.h"
#include "law.h"
#include "policy_gen.h"

namespace {

using namespace bulkhead;

const image::PrivateKey kKey{7};

std::span<const uint8_t> take(std::span<const uint8_t>& in, size_t bytes) {
  const auto out = in.first(std::min(bytes, in.size()));
  in = in.subspan(out.size());
  return out;
}

std::vector<uint8_t> raw_image(std::span<const uint8_t> in) {
  std::vector<uint8_t> out(in.begin(), in.end());
  if (out.size() < sizeof(image::ImageHeader) + image::kSignatureBytes) return out;
  image::ImageHeader header;
  std::memcpy(&header, out.data(), sizeof header);
  header.magic = image::kMagic;
  header.layout_version = image::kLayoutVersion;
  header.header_size = sizeof header;
  header.total_size = out.size();
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

std::vector<uint8_t> edited_image(uint8_t edits, std::span<const uint8_t> in) {
  const auto changes = take(in, size_t{edits} * 6);
  test::Dice dice(in);
  auto image = image::compile(test::random_policy(dice), {test::kGateway, 1, 0});
  LAW(image.ok());
  for (size_t i = 0; i + 6 <= changes.size(); i += 6) {
    const size_t words = (image->size() - image::kSignatureBytes) / 4;
    const size_t place = (size_t{changes[i]} << 8 | changes[i + 1]) % words;
    std::memcpy(image->data() + place * 4, &changes[i + 2], 4);
  }
  return std::move(*image);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::span<const uint8_t> rest(data + 1, size - 1);
  auto bytes = data[0] == 0xff ? raw_image(rest) : edited_image(data[0] % 8, rest);
  if (!image::sign(bytes, kKey).ok()) return 0;
  static const image::PublicKey key = *image::public_key_of(kKey);
  const auto status = image::verify(bytes, {key, test::kGateway});
  if (status.ok()) test::walk(image::ImageView(bytes));
  LAW(status.ok() || !status.error().sentence.empty());
  return 0;
}
