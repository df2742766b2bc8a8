import pulumi

from tests.unit.preview.sample.parts import Ground, Hall, Room, aws

provider = aws()
ground = Ground("ground", provider)
hall = Hall("hall", ground, provider)
Room("room", hall)
pulumi.export("endpoint", hall.cluster.endpoint)
pulumi.export("password", pulumi.Config().require_secret("pw"))
